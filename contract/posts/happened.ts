/** The lines of "What happened" to a delivery, and what stands beside its state: kept as codes. */
import { catalogue, momentIn, plain, sentence, type Stored } from '../platform/sentences.ts'
import { refusals } from './refusals.ts'

const refusal = { refusal: 'sentence' } as const
const channel = { channel: 'text' } as const
const time = { at: 'instant', timeZone: 'zone' } as const
const moment = (p: { at: string; timeZone: string }) => momentIn(new Date(p.at), p.timeZone)

const planned = {
  scheduled: sentence(time, (p) => `Scheduled for ${moment(p)}.`),
  moved: sentence(time, (p) => `Moved to ${moment(p)}.`),
  resumed: plain('Given another time after publishing was resumed.'),
  cancelled: plain('Cancelled before anything was sent.'),
  cancelled_changed: plain('Cancelled, because the post was changed.'),
  cancelled_deleted: plain('Cancelled, because the post was deleted.'),
  cancelled_disconnected: plain('Cancelled, because the channel was disconnected.'),
  cancelled_unapproved: plain('Cancelled, because this version of the post is not approved.'),
}

const waiting = {
  held: plain('Waiting, because publishing is on hold in this workspace.'),
  channel_paused: plain('Waiting, because the channel is paused.'),
  turn: plain(
    'Waiting its turn: overdue posts of a channel go out one after the other, a minute apart.',
  ),
  earlier_open: plain(
    'Waiting, because what was sent before may still arrive. The network is asked before anything else is sent.',
  ),
  remarked: sentence({ remark: 'sentence' }, (p) => refusals.say(p.remark)),
}

const sending = {
  begun: sentence({ attempt: 'number' }, (p) =>
    p.attempt === 1 ? 'Sending began.' : `Sending began, attempt ${p.attempt}.`,
  ),
  published: sentence(
    { lateMs: 'number' },
    (p) => `Published, ${(Math.max(0, p.lateMs) / 1000).toFixed(1)} s after its time.`,
  ),
  found: plain('Published: no answer had come, but the network has it.'),
  found_before: sentence(
    { version: 'number' },
    (p) =>
      `Published, as it was before it was changed: the network has version ${p.version}, which was sent first.`,
  ),
  silent: sentence(
    refusal,
    (p) => `${refusals.say(p.refusal)} The network is asked before anything is sent again.`,
  ),
  unsent: plain('Nothing was sent yet, so it is sent again.'),
  absent: plain('It is not there, so it is sent again.'),
  rest_absent: plain('The rest is not there, so it is sent again.'),
  not_there_yet: plain(
    'It is not there yet. It may still arrive, so the network is asked once more.',
  ),
  refused_for_now: sentence(refusal, (p) => `${refusals.say(p.refusal)} It is tried again.`),
}

const failing = {
  refused: sentence(refusal, (p) => refusals.say(p.refusal)),
  given_up: sentence(
    { attempts: 'number' },
    (p) => `Not published after ${p.attempts} attempts; nothing of it is on the network.`,
  ),
  missed: sentence(
    { minutes: 'number' },
    (p) => `Not sent within ${p.minutes} minutes after its time, so it was not sent at all.`,
  ),
  unknown: plain(
    'Nobody can tell whether it is there. It is not sent again unless a person says so.',
  ),
  channel_unconnected: sentence(
    channel,
    (p) => `${p.channel} no longer gives us access. Connect it again, then try again.`,
  ),
  channel_off: sentence(channel, (p) => `${p.channel} is switched off, so nothing was sent.`),
}

const byPeople = {
  tried_again: plain('Tried again, as a person asked.'),
  continued: plain('Continued below the parts that stand, as a person asked.'),
  sent_again: plain('Sent again, as a person decided; it may appear twice.'),
  asked_again: plain('The network is asked again.'),
  confirmed: plain('A person found the post on the network.'),
  left: plain('Left as it is, as a person decided. It is not sent again.'),
  left_unknown: plain('Nobody knows whether it is there; a person decided to leave it.'),
  left_in_part: plain('Left as it is, as a person decided. Nothing more is sent.'),
  parts_left: sentence(
    { parts: 'number' },
    (p) =>
      `${p.parts === 1 ? 'One part stands' : `${p.parts} parts stand`} there; a person decided to leave it so.`,
  ),
  taken_down: sentence(channel, (p) => `Taken down on ${p.channel}.`),
  parts_taken_down: sentence(
    channel,
    (p) => `What stood on ${p.channel} was taken down by a person.`,
  ),
}

const sentences = { ...planned, ...waiting, ...sending, ...failing, ...byPeople }
export const happenings = catalogue(sentences)
/** What happened, as it is stored. */
export type Happening = Stored<typeof sentences>
export const happened = happenings.coded
