/** The named steps of a delivery. In the product nothing listens; the fault suite ends the work at one of them, as a dying process would. */
export const steps = [
  'loaded',
  'refreshed',
  'uploaded',
  'prepared',
  'waited',
  'before arming',
  'armed',
  'before sending',
  'sent',
  'before settling',
  'settled',
  'before asking',
  'asked',
] as const
export type Step = (typeof steps)[number]

/** Called at each step; may throw `Dead`. */
export type Hook = (step: Step, deliveryId: string) => void | Promise<void>
export const noHook: Hook = () => undefined

/** What a hook throws in place of a process that is gone: nothing after it may run, retries included. */
export class Dead extends Error {}
