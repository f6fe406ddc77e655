/** Which addresses a server of ours may be sent to, decided on the address that is really connected to. */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import ipaddr from 'ipaddr.js'

/** Asks for all addresses of a name, once. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/** Azure answers machines at this address, which looks like any other public one. */
const platformAddresses = new Set(['168.63.129.16'])
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * True for an address of the public internet. Everything special is refused: private, loopback, link-local (the metadata services of
 * clouds), carrier-grade NAT, multicast, documentation, and the forms of IPv6 that carry an IPv4 address (6to4, NAT64, Teredo, mapped).
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4)
    return parsed.range() === 'unicast' && !platformAddresses.has(parsed.toString())
  if (parsed.isIPv4MappedAddress()) return isPublic(parsed.toIPv4Address().toString())
  return parsed.match(globalUnicast) && parsed.range() === 'unicast'
}

/** The host of a URL as an address, when it is one: `URL` has already brought every notation (hex, octal, one number) to one form. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(host) ? host : null
}

/** Names by the machine's own resolver. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true }, (error, all) => (error ? reject(error) : resolve(all)))
  })

type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * A lookup for node's sockets that hands on only what it has checked: the address that is checked is the address that is connected to, so
 * a name that changes its answer in between gains nothing. One bad address among several spoils the name.
 */
export function checkedLookup(resolve: Resolve, refuse: (hostname: string) => Error) {
  return (hostname: string, options: LookupOptions, done: LookupDone): void => {
    resolve(hostname).then(
      (all) => {
        if (all.length === 0 || !all.every(({ address }) => isPublic(address)))
          return done(refuse(hostname), '')
        const family = options.family === 4 || options.family === 6 ? options.family : 0
        const fitting = family ? all.filter((one) => one.family === family) : all
        const first = fitting[0]
        if (!first) return done(refuse(hostname), '')
        if (options.all) return done(null, fitting)
        done(null, first.address, first.family)
      },
      (error: Error) => done(error, ''),
    )
  }
}
