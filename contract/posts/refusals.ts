/** What networks say no with, or do not say, and what was found out before sending: kept as codes, in sentences without secrets or post text. */
import { catalogue, plain, sentence, type Stored } from '../platform/sentences.ts'

const host = { host: 'text' } as const
const status = { host: 'text', status: 'number' } as const
const part = { host: 'text', there: 'number', parts: 'number' } as const
const mention = { where: 'text', handle: 'text' } as const
const noMention = 'it is plain text there and no mention'

/** No answer, or one that says nothing. */
const silence = {
  not_reached: sentence(host, (p) => `${p.host} could not be reached, so nothing was sent.`),
  silent: sentence(host, (p) => `${p.host} did not answer.`),
  silent_unknown: sentence(
    host,
    (p) => `${p.host} did not answer, so nobody knows yet whether the post is there.`,
  ),
  late_answer: plain('No answer came in time.'),
  broke_off: plain('Sending broke off without an answer.'),
  wait: sentence(host, (p) => `${p.host} asks us to wait before the next post.`),
  in_trouble: sentence(status, (p) => `${p.host} is in trouble (HTTP ${p.status}).`),
  status_unknown: sentence(
    status,
    (p) => `${p.host} answered HTTP ${p.status}, which does not say whether the post is there.`,
  ),
  unreadable: sentence(host, (p) => `${p.host} gave an answer that cannot be read.`),
  unreadable_unknown: sentence(
    host,
    (p) =>
      `${p.host} gave an answer that cannot be read, so nobody knows whether the post is there.`,
  ),
  not_asked: sentence(host, (p) => `${p.host} could not be asked whether the post is there.`),
  others_open: plain('Other posts are on their way.'),
  key_taken: sentence(
    host,
    (p) => `${p.host} already has a record under this post's key. It is asked which.`,
  ),
  page_silent: plain('The page did not answer.'),
}

const access = {
  access_refused: sentence(
    host,
    (p) => `${p.host} no longer accepts our access. Connect the account again.`,
  ),
  access_ended: sentence(
    host,
    (p) => `The access to ${p.host} has ended. Connect the account again.`,
  ),
  access_ran_out: sentence(host, (p) => `The access to ${p.host} ran out and has to be renewed.`),
  access_not_renewed: sentence(host, (p) => `${p.host} did not renew our access just now.`),
  not_let_in: sentence(host, (p) => `${p.host} does not let us in just now.`),
  not_permitted: sentence(
    host,
    (p) =>
      `${p.host} does not allow this account to do that. Check the account there, or connect it again.`,
  ),
  moved: sentence(
    host,
    (p) => `${p.host} sends us to another address. Connect the account again with its new one.`,
  ),
  other_account: sentence(
    { host: 'text', handle: 'text' },
    (p) =>
      `The access we hold on ${p.host} is not ${p.handle}’s but another account’s, so nothing is sent. Connect ${p.handle} again.`,
  ),
  account_gone: sentence(
    host,
    (p) => `${p.host} no longer has this account. Connect it where it is now.`,
  ),
  account_taken_down: sentence(
    host,
    (p) => `${p.host} has taken this account down. Ask its operator.`,
  ),
  account_deactivated: sentence(
    host,
    (p) => `This account is deactivated on ${p.host}. Activate it there.`,
  ),
  account_inactive: sentence(host, (p) => `${p.host} says this account is not active.`),
}

const content = {
  post_refused: sentence(host, (p) => `${p.host} refused the post. Change its text and try again.`),
  status_refused: sentence(status, (p) => `${p.host} refused the post (HTTP ${p.status}).`),
  text_too_long: sentence(host, (p) => `${p.host} finds the text too long. Shorten it.`),
  reference_missing: sentence(host, (p) => `${p.host} does not find what the post refers to.`),
  image_gone: plain('An image of this post is gone. Add it again.'),
  image_gone_there: sentence(
    host,
    (p) => `${p.host} no longer has an image of this post. Add it again.`,
  ),
  image_too_large: sentence(host, (p) => `${p.host} finds an image too large. Use a smaller one.`),
  image_never_small: plain(
    'An image could not be made small enough for this network. Use a smaller one.',
  ),
  image_kind: sentence(host, (p) => `${p.host} does not take this kind of image.`),
  image_refused: sentence(host, (p) => `${p.host} refused an image. Add it again or use another.`),
  image_processing: sentence(host, (p) => `${p.host} is still processing an image.`),
  images_uploading: plain('Its images are still being uploaded.'),
  image_unplaced: plain('The server took an image without saying where it is.'),
  page_needs_delivery: plain('The page takes posts of a delivery only.'),
  example_image: plain(
    'Example of a failure: the image was refused. Exchange it or leave it out, then try again.',
  ),
  example_silence: plain('Example: the connection broke before an answer came.'),
}

/** Said to the person who connects an account. */
const connecting = {
  not_on_internet: sentence(
    host,
    (p) =>
      `${p.host} is no address on the open internet, so PostAura does not go there. Check the name.`,
  ),
  name_not_reached: sentence(
    host,
    (p) => `${p.host} could not be reached. Check the name; if it is right, try again later.`,
  ),
  name_silent: sentence(
    host,
    (p) => `${p.host} did not answer. Check the name; if it is right, try again later.`,
  ),
  wait_connecting: sentence(host, (p) => `${p.host} asks us to wait. Try again later.`),
  in_trouble_connecting: sentence(
    status,
    (p) => `${p.host} is in trouble (HTTP ${p.status}). Try again later.`,
  ),
  silent_try_again: sentence(host, (p) => `${p.host} did not answer. Try again.`),
  server_unnamed: sentence(host, (p) => `${p.host} does not say which server holds this account.`),
  declined: plain('You did not allow it, so nothing was connected.'),
  declined_on: sentence(
    host,
    (p) => `You did not allow it on ${p.host}, so nothing was connected.`,
  ),
  not_signed_in: sentence(host, (p) => `${p.host} did not sign you in. Start again.`),
  sign_in_refused: sentence(host, (p) => `${p.host} did not accept the sign-in. Start again.`),
  sign_in_unusable: sentence(
    host,
    (p) => `${p.host} could not be used to sign in. Check the handle or try later.`,
  ),
  handle_unusable: plain(
    'The server of this handle could not be used to sign in. Check the handle or try later.',
  ),
  handle_sign_in_refused: plain(
    'The server of this handle did not accept the sign-in. Start again.',
  ),
  scopes_missing: sentence(
    { host: 'text', scopes: 'text' },
    (p) => `${p.host} granted no ${p.scopes.split(' ').join(' and ')}. Connect again and allow it.`,
  ),
  password_unknown: sentence(
    host,
    (p) => `${p.host} does not know this handle with this app password. Check both.`,
  ),
  input_unusable: sentence(
    { field: 'text' },
    (p) => `What was typed for ${p.field} cannot be used.`,
  ),
}

/** Noted before sending; no refusals. */
const noted = {
  nobody_there: sentence(mention, (p) => `Nobody on ${p.where} is @${p.handle}, so ${noMention}.`),
  unmet_there: sentence(
    mention,
    (p) =>
      `${p.where} has not met @${p.handle} yet and asks ${p.handle.split('@').at(-1)} when the post arrives; if nobody there is called so, ${noMention}.`,
  ),
  unasked_there: sentence(
    mention,
    (p) =>
      `${p.where} could not be asked who @${p.handle} is; if it finds nobody when the post arrives, ${noMention}.`,
  ),
}

const single = { ...silence, ...access, ...content, ...connecting, ...noted }
const ofOnePart = catalogue(single)

/** Of a thread that went out in part: the refusal of the part that did not. */
const threads = {
  part_refused: sentence(
    { ...part, refusal: 'sentence' },
    (p) =>
      `${p.there} of ${p.parts} parts are on ${p.host}; part ${p.there + 1} is not: ${ofOnePart.say(p.refusal)}`,
  ),
  part_unconfirmed: sentence(
    part,
    (p) => `${p.there} of ${p.parts} parts are on ${p.host}, the next one is not confirmed.`,
  ),
}

export const refusals = catalogue({ ...single, ...threads })
/** A network's refusal or silence, as it is stored. */
export type Because = Stored<typeof single & typeof threads>
export const because = refusals.coded
