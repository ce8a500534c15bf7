/** Runs before every test file: ends what the file has opened, and gives the next one the environment that this one found. */
import { afterAll } from 'vitest'
import { registerEndOfFile } from './end-of-file.ts'

// Nothing in a test is beyond this machine, whatever proxy this machine needs for the rest of the world.
for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
  delete process.env[name]
  delete process.env[name.toUpperCase()]
}
const found = { ...process.env }
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in found)) delete process.env[name]
  Object.assign(process.env, found)
})
registerEndOfFile()
