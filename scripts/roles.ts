/** Writes policies/access/roles.txt, the table of who may call what. */
import { writeFile } from 'node:fs/promises'
import { endpoints } from '../contract/endpoints.ts'
import { openPolicy } from '../policies/access/authorize.ts'
import { rolesTable } from '../policies/access/roles.ts'

const file = new URL('../policies/access/roles.txt', import.meta.url)
await writeFile(file, rolesTable(endpoints, await openPolicy()))
console.log('policies/access/roles.txt')
