/** `photoferry token`: makes, lists and revokes access tokens of a data folder, whether or not its server is running. */
import { randomBytes } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { escapeControls } from '../../src/shared/protocol/escape-controls.ts'
import { parseCommand, UsageError } from '../config/flags.ts'
import { changeMadeTokens, type MadeToken, madeTokens } from '../config/made-tokens.ts'
import { type AccessToken, accessTokenOf, refuseClashes, tokensSchema } from '../config/tokens.ts'
import { bytes } from '../config/values.ts'

interface TokenFlags {
  readonly data?: string
  readonly folder?: string
  readonly quota?: string
  readonly json?: boolean
}

type Action = (flags: TokenFlags, name: string) => Promise<void>

/**
 * Runs the command.
 * @param argv the arguments after `token`
 * @throws UsageError; UploadError, or the system's error when the data folder cannot be used
 */
export async function runToken(argv: readonly string[]): Promise<void> {
  let run: (() => Promise<void>) | undefined
  const choose = (action: Action) => (name: string, flags: TokenFlags) => {
    run = () => action(flags, name)
  }
  const command = createCommand(choose)
  if (argv.length === 0) throw new UsageError('say add, list or revoke; --help explains them')
  if (!parseCommand(command, argv)) return
  await run?.()
}

function createCommand(choose: (action: Action) => (name: string, flags: TokenFlags) => void): Command {
  const command = strict(new Command('photoferry token'))
    .description(
      'Makes, lists and revokes access tokens. A running server takes up changes within a second or two.',
    )
    .addHelpText('after', '\nGive the data folder of the server with --data or DATA_DIR.')
  const withData = (made: Command) =>
    strict(made).option('--data <folder>', 'data folder (default ./photoferry-data) [DATA_DIR]')
  withData(command.command('add <name>'))
    .description('Makes a token and prints it: nobody can ask for it again.')
    .option('--folder <path>', 'folder of the library that it opens, / for all of it (default: its name)')
    .option('--quota <size>', 'how much its folder may hold, such as 500GB (default: no limit)')
    .action(choose(add))
  withData(command.command('list'))
    .description('Lists the tokens that were made, without what opens the library.')
    .option('--json', 'print JSON')
    .action((flags: TokenFlags) => choose(list)('', flags))
  withData(command.command('revoke <name>'))
    .description('Ends a token. Its files stay.')
    .action(choose(revoke))
  return command
}

function strict(command: Command): Command {
  return command
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
}

async function add({ folder, quota, ...flags }: TokenFlags, name: string): Promise<void> {
  const dataDir = await dataDirOf(flags)
  const limit = quota === undefined ? undefined : sizeOf(quota)
  const token = randomBytes(32).toString('base64url')
  const given = accessTokenOf({ name, token, folder, quota: limit }, 0)
  const made: MadeToken = { ...given, madeAt: new Date().toISOString() }
  await changeMadeTokens(dataDir, (tokens) => {
    refuseClashes([...givenTokens(), ...tokens, made])
    return [...tokens, made]
  })
  const place = made.folder === '' ? 'the whole library' : `the folder ${made.folder}`
  process.stderr.write(`${escapeControls(`${name} opens ${place}. The token, which is shown this once:`)}\n`)
  process.stdout.write(`${token}\n`)
}

async function list(flags: TokenFlags): Promise<void> {
  const tokens = await madeTokens(await dataDirOf(flags))
  const shown = tokens.map(({ name, folder, quotaBytes, madeAt }) => ({ name, folder, quotaBytes, madeAt }))
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(shown)}\n`)
    return
  }
  for (const { name, folder, quotaBytes, madeAt } of shown) {
    const quota = quotaBytes === null ? 'no quota' : `${quotaBytes} bytes`
    process.stdout.write(`${[name, `/${folder}`, quota, madeAt].map(escapeControls).join('\t')}\n`)
  }
}

async function revoke(flags: TokenFlags, name: string): Promise<void> {
  await changeMadeTokens(await dataDirOf(flags), (tokens) => {
    const left = tokens.filter((token) => token.name !== name)
    if (left.length < tokens.length) return left
    const names = tokens.map((token) => token.name).join(', ') || 'none'
    throw new UploadError('not-found', `No token named ${name} was made here. There are: ${names}.`)
  })
}

/** Those of the server's settings, as far as this environment knows them: a name or folder of theirs is taken. */
function givenTokens(): readonly AccessToken[] {
  const parsed = tokensSchema.safeParse(process.env.TOKENS || process.env.TOKEN || '')
  const given = parsed.success ? parsed.data : []
  // Without any the server has one of its own.
  return given.length > 0 ? given : [{ name: 'owner', token: '', folder: '', quotaBytes: null }]
}

function sizeOf(text: string): number {
  const parsed = bytes.safeParse(text)
  if (parsed.success) return parsed.data
  throw new UsageError(`--quota: ${parsed.error.issues[0]?.message}`)
}

/** A token beside another library would open nothing. @throws UploadError `bad-request` when there is no library */
async function dataDirOf({ data }: TokenFlags): Promise<string> {
  const folder = resolve(data ?? (process.env.DATA_DIR || 'photoferry-data'))
  await access(join(folder, '.photoferry')).catch((cause: unknown) => {
    const message = `There is no library in ${folder}. Give the data folder of the server with --data, after its first start.`
    throw new UploadError('bad-request', message, { cause })
  })
  return folder
}
