/** What a test does with the desktop app: answers its dialogs and questions, runs scripts in its page, sets a slow server. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint } from '../../crossing/photo-folder.ts'
import { serve } from '../../crossing/programs.ts'
import { slowConnection } from '../slow-connection.ts'
import type { DesktopApp, DesktopFolders } from './desktop-app.ts'

const chunkBytes = 256 * 1024

export function writeWedding({ source }: DesktopFolders): string {
  const folder = join(source, 'Wedding')
  mkdirSync(join(folder, 'raw'), { recursive: true })
  for (const name of ['IMG_1.jpg', join('raw', 'IMG_1.CR3')]) writeFileSync(join(folder, name), name)
  return folder
}

/** The next dialog for files or folders answers with these. */
export function answerDialog({ electron }: DesktopApp, filePaths: readonly string[]): Promise<void> {
  return electron.evaluate(({ dialog }, paths) => {
    Reflect.set(globalThis, 'isChosen', false)
    dialog.showOpenDialog = async () => {
      Reflect.set(globalThis, 'isChosen', true)
      return { canceled: false, filePaths: [...paths] }
    }
  }, filePaths)
}

/** Whether the dialog has answered. */
export function isChosen({ electron }: DesktopApp): Promise<boolean> {
  return electron.evaluate(() => Reflect.get(globalThis, 'isChosen') as boolean)
}

/** Questions are answered with this button from now on; without one they stand. */
export function answerQuestions({ electron }: DesktopApp, button: number | null): Promise<void> {
  return electron.evaluate(({ dialog }, response) => {
    const asked: string[] = []
    Reflect.set(globalThis, 'asked', asked)
    dialog.showMessageBox = async (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message)
      return response === null
        ? new Promise(() => undefined)
        : Promise.resolve({ response, checkboxChecked: false })
    }
  }, button)
}

/** What was asked since `answerQuestions`. */
export function questionsAsked({ electron }: DesktopApp): Promise<string[]> {
  return electron.evaluate(() => Reflect.get(globalThis, 'asked') as string[])
}

/** Runs a script in the window's page. */
export function inPage({ electron }: DesktopApp, script: string): Promise<unknown> {
  return electron.evaluate(
    ({ BrowserWindow }, text) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(text, true),
    script,
  )
}

/** A server behind a slow line, set in the app. */
export async function slowServer(
  { window }: DesktopApp,
  { library }: DesktopFolders,
  bytesPerSecond: number,
) {
  const data = join(library, '..', 'far')
  const server = await serve(data, { args: ['--chunk-size', String(chunkBytes)] })
  const connection = await slowConnection(server.port, bytesPerSecond)
  await window.setServer(connection.url, server.token)
  return { connection, stored: () => fingerprint(join(data, 'uploads')) }
}
