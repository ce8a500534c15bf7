/** Runs before every test file: ends what the file has opened, and gives the next one the environment that this one found. */
import { afterAll } from 'vitest'
import { registerEndOfFile } from './end-of-file.ts'

const found = { ...process.env }
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in found)) delete process.env[name]
  Object.assign(process.env, found)
})
registerEndOfFile()
