// What Electron's own program does that comes with no app: starts the app whose folder is the first argument that is no
// option, after the modules that -r names.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const words = process.argv.slice(1)
const early = []
let folder
while (words.length > 0 && folder === undefined) {
  const word = words.shift()
  if (word === '-r') early.push(words.shift())
  else if (!word.startsWith('-')) folder = resolve(word)
}
if (folder === undefined) throw new Error('Name the folder of an app.')
const { name, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
app.setName(name)
app.setVersion(version)
app.setAppPath(folder)
for (const module of early) createRequire(import.meta.url)(module)
await import(pathToFileURL(join(folder, main)).href)
