import { writeFileSync } from 'node:fs'
import { environmentExample } from './lib/env-example.ts'
import { inRoot } from './lib/paths.ts'

writeFileSync(inRoot('.env.example'), environmentExample())
