import { sveltekit } from '@sveltejs/kit/vite'
import adapter from '@sveltejs/adapter-node'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'
import { endpoints } from './contract/endpoints.ts'

/**
 * The browser's client needs each endpoint's method and path, not its schemas: the table is handed to it as data, so that no page
 * downloads zod.
 */
function slimEndpoints(): Plugin {
  const table = Object.fromEntries(
    Object.entries(endpoints).map(([name, e]) => [name, { method: e.method, path: e.path }]),
  )
  return {
    name: 'slim-endpoints',
    applyToEnvironment: (environment) => environment.name === 'client',
    transform: {
      filter: { id: /\/contract\/endpoints\.ts$/ },
      handler: () => ({ code: `export const endpoints = ${JSON.stringify(table)}`, map: null }),
    },
  }
}

export default defineConfig({
  root: 'web',
  plugins: [
    slimEndpoints(),
    tailwindcss(),
    sveltekit({
      adapter: adapter({ out: 'web/build' }),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'frame-ancestors': ['none'],
          'form-action': ['self'],
        },
      },
    }),
  ],
  build: { assetsInlineLimit: 0 },
  // What the pages share with the server lies beside this folder.
  server: { fs: { allow: [import.meta.dirname] } },
})
