/**
 * The whole product in this process for a test of the browser's side: a database of its own, the run's Temporal, a worker, and the API with the
 * built pages on a free port of 127.0.0.1.
 */
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { createClient, fetchTransport, type Client } from '#contract/client.ts'
import type { Context } from '../../core/platform/context.ts'
import { createApp, loadPages } from '../../api/app.ts'
import { createWriterRouter } from '../../core/writer/router.ts'
import { freePort } from '../../scripts/lib/ports.ts'
import { unlimited } from './unlimited.ts'
import { createWorld, type World } from './world.ts'

export interface Account {
  name: string
  email: string
  password: string
  personId: string
  workspaceId: string
  accessToken: string
  api: Client
}

export interface Product extends AsyncDisposable {
  world: World
  ctx: Context
  /** `http://localhost:PORT`. */
  url: string
  /** Creates an account with a workspace by the API. */
  account(named?: { name?: string; workspaceName?: string }): Promise<Account>
  /** The typed client with a token. */
  apiFor(token: string): Client
  /** Fills in the page on which people create accounts; ends on the new workspace. */
  register(page: Page, named?: { name?: string; email?: string }): Promise<string>
  /** Signs a browser in as an account, without going through the form. */
  signIn(browser: BrowserContext, account: Account): Promise<void>
  /** A page with cookies of its own, in Berlin, signed in as an account. */
  signedInPage(browser: Browser, account: Account, options?: BrowserContextOptions): Promise<Page>
}

export const password = 'four words in a row'

export interface ProductOptions {
  env?: Record<string, string>
  overrides?: Partial<Context>
}

/** Starts the product; `await using` or `[Symbol.asyncDispose]` ends it. */
export async function startProduct({ env, overrides }: ProductOptions = {}): Promise<Product> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const now = overrides?.now ?? (() => new Date())
  const llm = createWriterRouter({
    now,
    fetch: () => Promise.reject(new Error('these tests write with the starter writer')),
  })
  const world = await createWorld({
    env: { PORT: String(port), PUBLIC_URL: url, OPEN_REGISTRATION: 'true', ...env },
    overrides: { llm, ...overrides },
  })
  await world.work()
  const pages = await loadPages()
  if (!pages) throw new Error('the pages are not built')
  // A journey makes more requests a minute than a person does.
  const server = createApp({ ...world.ctx, limits: unlimited }, pages).listen(port, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  return {
    ...helpers(url),
    world,
    ctx: world.ctx,
    url,
    [Symbol.asyncDispose]: () => close(server, world),
  }
}

async function close(server: Server, world: World): Promise<void> {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await world[Symbol.asyncDispose]()
}

type Helpers = Pick<Product, 'account' | 'apiFor' | 'register' | 'signIn' | 'signedInPage'>

function helpers(url: string): Helpers {
  return { ...accounts(url), ...signingIn(url) }
}

function accounts(url: string): Pick<Helpers, 'account' | 'apiFor' | 'register'> {
  const apiFor = (token: string) =>
    createClient(fetchTransport(url, { headers: { authorization: `Bearer ${token}` } }))
  return {
    apiFor,
    async account(named = {}) {
      const { name = 'Ada Example', workspaceName = 'Ridgeline' } = named
      const email = `${randomBytes(6).toString('hex')}@example.org`
      const body = {
        name,
        email,
        password,
        sixteenOrOlder: true as const,
        workspaceName,
        timeZone: 'Europe/Berlin',
        asTokens: true,
      }
      const { me, tokens } = await createClient(fetchTransport(url)).register({ body })
      const { accessToken } = tokens!
      const [personId, workspaceId] = [me.person.id, me.workspaces[0]!.id]
      return { name, email, password, personId, workspaceId, accessToken, api: apiFor(accessToken) }
    },
    async register(
      page,
      { name = 'Ada Example', email = `${randomBytes(6).toString('hex')}@example.org` } = {},
    ) {
      await page.goto(`${url}/register`)
      await page.getByLabel('Your name').fill(name)
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByLabel('Name of the workspace').fill('Ridgeline')
      await page.getByLabel('I am 16 or older.').check()
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.waitForURL('**/w/*')
      return email
    },
  }
}

function signingIn(url: string): Pick<Helpers, 'signIn' | 'signedInPage'> {
  const signIn: Helpers['signIn'] = async (browser, account) => {
    const answer = await browser.request.post(`${url}/api/v1/sign-in`, {
      data: { email: account.email, password: account.password },
      headers: { origin: url },
    })
    if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`)
  }
  return {
    signIn,
    async signedInPage(browser, account, options) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        timezoneId: 'Europe/Berlin',
        ...options,
      })
      await signIn(context, account)
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      return page
    },
  }
}
