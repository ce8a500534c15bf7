/** A script for a page in a real browser, bundled as a studio would bundle its own. */
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'

/** @param source beside this file @returns JavaScript, a module */
export async function bundlePage(source: string): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: join(import.meta.dirname, source), preserveEntrySignatures: 'strict' },
    },
  })) as Rolldown.RolldownOutput
  return result.output[0].code
}
