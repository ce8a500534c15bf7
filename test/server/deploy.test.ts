/** The files of server/deploy do what they say: the image's file set serves, and nginx in front takes nothing away. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../server/config/config.ts'
import { quietPort } from '../quiet-port.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import {
  composeFile,
  deployDir,
  deployFile,
  hasNginx,
  imageSettings,
  pm2App,
  startNginx,
} from './deploy-files.ts'
import {
  bytesOf,
  Client,
  chunkOf,
  clientOf,
  contentDigest,
  md5,
  projectDir,
  spawnNode,
  start,
  temporaryFolder,
} from './harness.ts'

const mebibyte = 2 ** 20

describe('the image', () => {
  it('holds all that the server needs: it starts, verifies, says that it is well, and stops when told', async () => {
    const { command, env, healthCheck, runs } = imageSettings()
    const folder = temporaryFolder()
    expect(runs).toContain('node server/deploy/gather.ts /runtime')
    execFileSync(process.execPath, [join(deployDir, 'gather.ts'), folder])
    const port = String(await quietPort())
    const settings = {
      ...env,
      HOST: '127.0.0.1',
      PORT: port,
      DATA_DIR: temporaryFolder(),
      TOKENS: 'a-secret',
    }
    const isWell = () => spawnSync(process.execPath, healthCheck.slice(1), { env: settings }).status
    expect([command[0], healthCheck[0]]).toEqual(['node', 'node'])
    const server = spawnNode(command.slice(1), { cwd: folder, env: settings })
    const client = new Client((await clientOf(server)).url, 'a-secret')
    expect(isWell()).toBe(0)
    // More than the server hashes without its worker.
    const bytes = bytesOf(5 * mebibyte)
    const task = await client.offer('a.jpg', bytes)
    await client.send(task, bytes)
    await expect.poll(async () => (await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    expect((await client.download('/uploads/a.jpg')).bytes.equals(bytes)).toBe(true)
    server.process.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    expect(isWell()).toBe(1)
  })

  it("runs the project's own version of Node", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'))
    const major = /\d+/.exec(devDependencies.node)?.[0]
    expect(imageSettings().bases).toEqual([`node:${major}-slim AS build`, `node:${major}-slim`])
  })
})

function studio() {
  const example = deployFile('studio.env.example').matchAll(/^(\w+)=(.*)$/gm)
  let secrets = 0
  const outside = Object.fromEntries(
    [...example].map(([, name, value = '']) => [
      name,
      value.replaceAll('…', () => `secret${++secrets}`) || 'secret',
    ]),
  )
  return composeFile('compose.studio.yaml', outside)
}

describe('the studio of two servers', () => {
  it('has all that it speaks of: services, volumes, and the same secrets on both sides', () => {
    const { services, volumes } = studio()
    const { 'server-1': one, 'server-2': two, database, store } = services
    expect(one?.environment).toEqual(two?.environment)
    expect(one?.ports).not.toEqual(two?.ports)
    for (const name of Object.keys(one?.depends_on ?? {})) expect(services).toHaveProperty(name)
    const mounted = Object.values(services).flatMap((service) => service.volumes ?? [])
    expect(mounted.map((volume) => volume.split(':')[0]).toSorted()).toEqual(Object.keys(volumes).toSorted())
    const config = parseConfig([], one?.environment ?? {})
    expect(config?.DATABASE_URL).toMatchObject({
      host: 'database',
      password: database?.environment.MARIADB_PASSWORD,
    })
    expect(config?.STORAGE_URL).toMatchObject({ bucket: 'photos', endpoint: 'http://store:7070' })
    expect(one?.environment.AWS_SECRET_ACCESS_KEY).toBe(store?.environment.ROOT_SECRET_ACCESS_KEY)
  })
})

describe('the settings for Docker, Compose and PM2', () => {
  it.each([
    ['Dockerfile', imageSettings().env],
    ['compose.yaml', composeFile('compose.yaml').services.server?.environment ?? {}],
    ['compose.studio.yaml', studio().services['server-1']?.environment ?? {}],
    ['ecosystem.config.cjs', pm2App().env],
  ])('of %s are settings of the server', (name, env) => {
    const config = parseConfig([], env) ?? {}
    const read = [...deployFile(name).matchAll(/process\.env\.(\w+)/g)].map((match) => String(match[1]))
    expect(Object.keys(env).length).toBeGreaterThan(3)
    const others = /^AWS_(SECRET_)?ACCESS_KEY(_ID)?$/
    const unknown = [...Object.keys(env), ...read].filter((key) => !(key in config) && !others.test(key))
    expect(unknown.filter((key) => !['DATABASE_URL', 'PUBLIC_URL', 'STORAGE_URL'].includes(key))).toEqual([])
    expect(env).toMatchObject({ NODE_ENV: 'production', PORT: '4700', SHOW_TOKEN: 'no' })
  })

  it('starts one server per data folder under PM2, without its loader', () => {
    const { instances, script, interpreter, args, cwd } = pm2App()
    expect({ instances, script, interpreter, cwd }).toEqual({
      instances: 1,
      script: process.execPath,
      interpreter: 'none',
      cwd: projectDir,
    })
    expect(args).toEqual(imageSettings().command.slice(1))
  })

  it('gives the server more time to stop than it takes at most', () => {
    const needed = (parseConfig([], {})?.STOP_TIMEOUT ?? 0) + 4
    expect(
      Number.parseInt(composeFile('compose.yaml').services.server?.stop_grace_period ?? '', 10),
    ).toBeGreaterThan(needed)
    expect(Number.parseInt(studio().services['server-1']?.stop_grace_period ?? '', 10)).toBeGreaterThan(
      needed,
    )
    expect(pm2App().kill_timeout).toBeGreaterThan(needed * 1000)
  })
})

if (!hasNginx) console.log('skipped: the site for nginx is not tried, for there is no nginx on the PATH')

describe.skipIf(!hasNginx)('behind nginx', () => {
  const host = 'photos.example.com'

  it('takes large chunks and slow bodies, and gives the file back byte for byte', async () => {
    const { server } = await start({ env: { CHUNK_SIZE: '4M', ALLOWED_HOSTS: host } })
    const client = new Client(await startNginx(server.url), server.token ?? '')
    const bytes = bytesOf(9 * mebibyte + 1)
    const task = await client.offer('Ostsee/a b.jpg', bytes)
    expect(await putSlowly(client, task.taskId, chunkOf(task, bytes, 0))).toBe(200)
    expect(await client.send({ ...task, uploadedChunks: [0] }, bytes)).toBe(2)
    await expect.poll(async () => (await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    const { response, bytes: stored } = await client.download('/uploads/Ostsee/a%20b.jpg')
    expect(stored.equals(bytes)).toBe(true)
    expect(response.headers.get('etag')).toBe(`"${md5(bytes)}"`)
  })

  it("passes the server's refusals on at once, and the names that it does not go by", async () => {
    const { server } = await start({ env: { ALLOWED_HOSTS: host } })
    const url = await startNginx(server.url)
    const path = '/api/task/none/chunk/0'
    const unfinished = { method: 'PUT', headers: { Host: host, 'Content-Length': 4 * mebibyte } }
    expect(await firstAnswer(url + path, unfinished)).toBe(401)
    expect(await firstAnswer(`${url}/api/health`, { headers: { Host: host } })).toBe(200)
    expect(await firstAnswer(`${url}/api/health`, { headers: { Host: 'elsewhere.example.com' } })).toBe(403)
  })

  it('takes chunks of whatever size a client of the published contract chooses, up to MAX_FILE_SIZE', async () => {
    const { server } = await start({ args: ['--no-auth'], env: { MAX_FILE_SIZE: '8M' } })
    const url = await startNginx(server.url)
    const bytes = bytesOf(7 * mebibyte)
    const upload = contractUpload(url, 'b.jpg', bytes, 3 * mebibyte)
    expect((await sendAll(upload, [2, 0, 1], 2)).map((reply) => reply.status)).toEqual([200, 200, 200])
    expect((await upload.complete()).body).toMatchObject({ success: true, size: bytes.length })
    expect((await new Client(url, '').download('/uploads/b.jpg')).bytes.equals(bytes)).toBe(true)
    const tooLarge = contractUpload(url, 'c.jpg', bytesOf(9 * mebibyte), 9 * mebibyte)
    expect(await tooLarge.send(0)).toMatchObject({
      status: 413,
      body: { success: false, error: { code: 'file-too-large' } },
    })
  })

  it('takes a whole file in one body of tus', async () => {
    const { server } = await start()
    const client = new Client(await startNginx(server.url), server.token ?? '')
    const bytes = bytesOf(3 * mebibyte)
    const version = { 'Tus-Resumable': '1.0.0' }
    const metadata = `filename ${Buffer.from('d.jpg').toString('base64')}`
    const made = await client.request('POST', '/tus', {
      headers: { ...version, 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadata },
    })
    const sent = await client.request('PATCH', String(made.headers.get('location')), {
      headers: { ...version, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes),
    })
    expect(sent.status).toBe(204)
    expect((await client.download('/uploads/d.jpg')).bytes.equals(bytes)).toBe(true)
  })

  async function putSlowly(client: Client, taskId: string, chunk: Uint8Array): Promise<number | undefined> {
    const sending = request(`${client.url}/api/task/${taskId}/chunk/0`, {
      method: 'PUT',
      headers: {
        Host: host,
        Authorization: `Bearer ${client.token}`,
        'Content-Length': chunk.length,
        'Content-Digest': contentDigest(chunk),
      },
    })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sending.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
    })
    const step = chunk.length / 32
    for (let sent = 0; sent < chunk.length; sent += step) {
      sending.write(chunk.subarray(sent, sent + step))
      await pause(50)
    }
    sending.end()
    return answered
  }

  /** The status of the answer; of a body that was announced only the first bytes are sent. */
  function firstAnswer(url: string, options: { method?: string; headers: Record<string, string | number> }) {
    return new Promise<number | undefined>((resolve, reject) => {
      const sending = request(url, options)
      sending.on('error', reject).once('response', (response) => {
        sending.off('error', reject).on('error', () => undefined)
        resolve(response.statusCode)
        sending.destroy()
      })
      if (options.method === 'PUT') sending.write(Buffer.alloc(1024))
      else sending.end()
    })
  }
})
