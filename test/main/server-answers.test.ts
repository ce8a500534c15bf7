/** Answers to questions about servers: they change one server's entry, and only if the question is still the one shown. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ServerAnswers } from '../../src/main/client/server-answers.ts'
import { defaultSettings } from '../../src/shared/settings.ts'
import { serve } from '../crossing/programs.ts'
import { outageProxy } from '../outage-proxy.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

/** A client that waits for an answer: its default server refuses the token. Another server's address is of an earlier version. */
async function asked(url: (port: number) => Promise<string> | string, token = 'wrong') {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const state = join(folder, 'state')
  mkdirSync(state)
  const studio = { id: 'studio', name: 'Studio', url: await url(server.port), token }
  const old = { id: 'old', name: 'Old', url: 'http://me:secret@127.0.0.1:9', token: '' }
  writeFileSync(
    join(state, 'settings.json'),
    JSON.stringify({ servers: [studio, old], defaultServerId: 'studio' }),
  )
  const watched = await openTestClient(state, null)
  await watched.client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 3 })])
  const shown = () => watched.events.at(-1)?.overview.server
  await expect.poll(() => shown()?.trouble?.question?.kind).toBeDefined()
  const stored = () => watched.client.settings.current.servers.find(({ id }) => id === 'studio')
  return { ...watched, server, shown, stored }
}

const answerTo = { serverId: 'studio' }
const direct = (port: number) => `http://127.0.0.1:${port}`

describe('an answer', () => {
  it('that gives the token sends the files, also beside a server whose address would be refused today', async () => {
    const { client, server, shown, statuses } = await asked(direct)
    const token = server.token
    await client.serverAnswers.answer({
      ...answerTo,
      url: shown()?.url ?? '',
      answer: { kind: 'token', token },
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
    expect(client.settings.current.servers.map(({ id }) => id)).toEqual(['studio', 'old'])
  })

  it('is possible where an earlier version stored the address with a query', async () => {
    const { client, server, shown, stored, statuses } = await asked((port) => `${direct(port)}/?ref=mail#top`)
    expect(stored()?.url).toBe(direct(server.port))
    const { token } = server
    await client.serverAnswers.answer({
      ...answerTo,
      url: shown()?.url ?? '',
      answer: { kind: 'token', token },
    })
    await expect.poll(statuses).toEqual({ 'a.jpg': 'done' })
  })

  it('is refused once the server has another address, or the question is another one', async () => {
    const { client, server, shown, stored } = await asked(direct)
    const url = shown()?.url ?? ''
    const before = stored()
    const over = { facts: { kind: 'question-over' } }
    const other = { kind: 'token', token: server.token } as const
    await expect(
      client.serverAnswers.answer({ ...answerTo, url: 'http://127.0.0.1:9', answer: other }),
    ).rejects.toMatchObject(over)
    const certificate = { kind: 'certificate', trusted: 'A', shown: 'B' } as const
    await expect(
      client.serverAnswers.answer({ ...answerTo, url, answer: certificate }),
    ).rejects.toMatchObject(over)
    const redirect = { kind: 'redirect', url: 'http://127.0.0.1:9' } as const
    await expect(client.serverAnswers.answer({ ...answerTo, url, answer: redirect })).rejects.toMatchObject(
      over,
    )
    await expect(
      client.serverAnswers.answer({ serverId: 'bundled', url, answer: other }),
    ).rejects.toMatchObject({ code: 'not-found' })
    expect(stored()).toEqual(before)
  })

  it('to a redirect counts only for the address that was shown', async () => {
    const to = (port: number, path: string) => `http://localhost:${port}${path}`
    let target = 0
    const behind = async (port: number) => {
      target = port
      const proxy = await outageProxy(port)
      proxy.set({
        answer: (outgoing, incoming) => {
          incoming.resume()
          outgoing.writeHead(308, { location: to(target, incoming.url ?? '') }).end()
        },
      })
      return proxy.url
    }
    const { client, shown, stored, server } = await asked(behind)
    const url = shown()?.url ?? ''
    const wrong = { kind: 'redirect', url: to(target + 1, '') } as const
    await expect(client.serverAnswers.answer({ ...answerTo, url, answer: wrong })).rejects.toMatchObject({
      facts: { kind: 'question-over' },
    })
    await client.serverAnswers.answer({ ...answerTo, url, answer: { ...wrong, url: to(server.port, '') } })
    expect(stored()?.url).toBe(to(server.port, ''))
  })

  it('to a certificate pins the one that was shown, and none once the server shows another', async () => {
    const open = { kind: 'certificate', trusted: 'A', shown: 'C' } as const
    const url = 'https://studio'
    const trouble = {
      error: { code: 'certificate-changed', message: '' },
      sinceMs: 0,
      nextTryMs: null,
      question: open,
    } as const
    const changes: unknown[] = []
    const answers = new ServerAnswers({
      settings: {
        current: { ...defaultSettings, servers: [{ id: 'studio', name: 'Studio', url, token: '' }] },
        changeServer: async (id, change) => {
          changes.push(id, change)
          return defaultSettings
        },
      },
      connections: {
        state: (id) => ({ id, name: '', url, bundled: false, reachability: 'unreachable', trouble }),
      },
    })
    for (const shown of [
      { trusted: 'A', shown: 'B' },
      { trusted: 'B', shown: 'C' },
    ]) {
      const answer = { kind: 'certificate', ...shown } as const
      await expect(answers.answer({ ...answerTo, url, answer })).rejects.toMatchObject({
        facts: { kind: 'question-over' },
      })
    }
    expect(changes).toEqual([])
    await answers.answer({ ...answerTo, url, answer: open })
    expect(changes).toEqual(['studio', { fingerprint: 'C' }])
  })
})
