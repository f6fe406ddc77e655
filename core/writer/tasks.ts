/** Names of the tasks, as telemetry shows them. */
export const planTask = 'plan'
export const draftTask = 'draft'
