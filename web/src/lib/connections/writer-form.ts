/** The form that adds a provider, and what is sent of it. */
import type { InputOf } from '#contract/client.ts'

export interface WriterForm {
  name: string
  baseUrl: string
  model: string
  apiKey: string
  processor: string
  region: string
  /** Days; empty: not known. */
  retention: string
  trains: string
  evidenceUrl: string
  currency: string
  /** Per million tokens; empty: not known. */
  input: string
  output: string
}

/** An empty form; a server found on this machine fills in what is sure about it. */
export const emptyWriter = (found?: { baseUrl: string; model: string }): WriterForm => ({
  name: found ? 'Local model' : '',
  baseUrl: found?.baseUrl ?? '',
  model: found?.model ?? '',
  apiKey: '',
  processor: found ? 'Ourselves' : '',
  region: found ? 'self' : 'eu',
  retention: found ? '0' : '',
  trains: found ? 'no' : 'unknown',
  evidenceUrl: '',
  currency: 'EUR',
  input: '',
  output: '',
})

/** Millionths of a price as typed; what is none is sent as none, so that the field is named. */
const micros = (text: string) =>
  text.trim() === '' ? NaN : Math.round(Number(text.replace(',', '.')) * 1_000_000)

export function writerOf(f: WriterForm): InputOf<'createConnection'>['body'] {
  const priced = (f.input + f.output).trim() !== ''
  return {
    name: f.name,
    baseUrl: f.baseUrl,
    model: f.model,
    apiKey: f.apiKey,
    terms: {
      processor: f.processor,
      region: f.region as 'eu',
      retentionDays: f.retention === '' ? null : Number(f.retention),
      trainsOnInput: f.trains as 'no',
      evidenceUrl: f.evidenceUrl || null,
    },
    prices: priced
      ? {
          currency: f.currency,
          inputMicrosPerMillion: micros(f.input),
          outputMicrosPerMillion: micros(f.output),
        }
      : null,
  }
}
