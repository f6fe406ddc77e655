/** How a bench tells its figures: a table for people, one JSON object for programs. */
export interface Figure {
  what: string
  /** Name in the JSON object, with its unit. */
  name: string
  value: number | null
  /** What it must reach, as text for the table. */
  goal?: string
}

/** The value below which the share `q` of all samples lies. */
export function quantile(samples: number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}

/** Prints the figures as asked for with or without `--json`. */
export function tell(command: string, figures: Figure[]): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(Object.fromEntries(figures.map((f) => [f.name, f.value]))))
    return
  }
  console.log(command)
  console.table(
    figures.map(({ what, name, value, goal = '' }) => ({
      what,
      value: value === null ? 'not measured' : `${value} ${unitOf(name)}`,
      goal,
    })),
  )
}

const unitOf = (name: string): string => name.split('_').at(-1) ?? ''

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits))
