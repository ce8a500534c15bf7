/** `--folder`, `--name`, `--taken` and `--copies`: where the files of a command go at the server. */
import { type Destination, destinationProblem, destinationSchema } from '../../shared/destination.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { badDestination } from '../client/bad-destination.ts'

export interface DestinationFlags {
  readonly folder?: string
  readonly name?: string
  readonly taken?: Destination['taken']
  readonly copies?: Destination['copies']
  readonly previews?: boolean
}

/** @returns undefined where no flag asks for anything @throws UploadError `bad-request` */
export function destinationOf({
  folder,
  name,
  taken = 'keep',
  copies,
  previews,
}: DestinationFlags): Destination | undefined {
  if (folder === undefined && name === undefined && taken === 'keep' && !previews) return undefined
  const parsed = destinationSchema.safeParse({
    folder: folder ?? '',
    template: name ?? null,
    taken,
    copies,
    previews,
  })
  if (!parsed.success)
    throw new UploadError('bad-request', '--folder and --name: expected up to 300 characters')
  const problem = destinationProblem(parsed.data)
  if (problem) throw badDestination(problem)
  return parsed.data
}
