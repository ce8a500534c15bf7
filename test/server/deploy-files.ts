/** Reads the files of server/deploy as far as the tests need them, and starts nginx with the shipped site. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { quietPort } from '../quiet-port.ts'
import { projectDir, temporaryFolder } from './harness.ts'

export const deployDir = join(projectDir, 'server', 'deploy')
export const deployFile = (name: string) => readFileSync(join(deployDir, name), 'utf8')

type Environment = Readonly<Record<string, string>>

/** What the image is set to, of its last stage. */
export function imageSettings() {
  const lines = deployFile('Dockerfile').replaceAll('\\\n', ' ').split('\n')
  const of = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  const words = (text: string) => JSON.parse(text.slice(text.indexOf('['))) as string[]
  const pairs = of('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=')))
  return {
    bases: of('FROM'),
    runs: of('RUN'),
    env: Object.fromEntries(pairs) as Environment,
    command: words(String(of('CMD')[0])),
    healthCheck: words(String(of('HEALTHCHECK')[0])),
  }
}

interface ComposeService {
  readonly environment: Environment
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** A file of Compose as it is when nothing but what it insists on is set outside; filled in as Compose does, after parsing. */
export function composeFile(name: string, outside: Environment = {}): ComposeFile {
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, variable, operator, rest) => {
      if (operator === '?') expect(Object.keys(outside)).toContain(variable)
      return outside[variable] ?? (operator === '-' ? rest : '')
    })
  const parsed = parse(deployFile(name), { merge: true })
  return JSON.parse(JSON.stringify(parsed), (_, value) => (typeof value === 'string' ? fill(value) : value))
}

interface Pm2App {
  readonly script: string
  readonly interpreter: string
  readonly args: readonly string[]
  readonly instances: number
  readonly cwd: string
  readonly env: Environment
  /** ms */
  readonly kill_timeout: number
}

export function pm2App(): Pm2App {
  return createRequire(import.meta.url)(join(deployDir, 'ecosystem.config.cjs')).apps[0]
}

/** Whether there is an nginx to try the site with. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0

/** The shipped site in front of a server, without TLS. @returns its address */
export async function startNginx(serverUrl: string): Promise<string> {
  const folder = temporaryFolder()
  const port = await quietPort()
  const site = rewritten(deployFile('nginx.conf'), [
    ['server 127.0.0.1:4700;', `server ${new URL(serverUrl).host};`],
    ['listen 80;', `listen 127.0.0.1:${await quietPort()};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${port};`],
    ['/var/log/nginx', folder],
    [/^ *ssl_.*\n/gm, ''],
  ])
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  )
  mkdirSync(join(folder, 'logs'))
  const config = `daemon off; pid ${folder}/pid; error_log stderr;
    events {}
    http { ${temp.join(' ')}\n${site} }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf')]
  const nginx = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = new Promise((resolve) => nginx.once('exit', resolve))
  let told = ''
  nginx.stderr.on('data', (piece) => {
    told += piece
  })
  onTestFinished(async () => {
    nginx.kill('SIGTERM')
    await exited
  })
  await expect.poll(async () => (await answers(port)) || told).toBe(true)
  return `http://127.0.0.1:${port}`
}

/** Every replacement must find what it replaces. */
function rewritten(text: string, replacements: readonly (readonly [string | RegExp, string])[]): string {
  return replacements.reduce((before, [from, to]) => {
    const after = before.replaceAll(typeof from === 'string' ? from : new RegExp(from), to)
    expect(after, `nginx.conf holds ${from}`).not.toBe(before)
    return after
  }, text)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false)).on('connect', () => socket.end())
  })
}
