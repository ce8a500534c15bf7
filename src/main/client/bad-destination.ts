/** The error for a destination that can't be used: what is wrong with it, and what to write instead. */
import type { DestinationProblem } from '../../shared/destination.ts'
import { tokenNames } from '../../shared/name-template.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

export function badDestination(problem: DestinationProblem): UploadError {
  return new UploadError('bad-request', sentenceOf(problem))
}

function sentenceOf(problem: DestinationProblem): string {
  switch (problem.kind) {
    case 'folder-invalid':
      return `No folder at the server can be called "${problem.part}". Separate folders with /.`
    case 'token-unknown':
      return `There is no token ${problem.token}. Use ${tokenNames.map((name) => `{${name}}`).join(' ')}; {seq:4} has four digits.`
    case 'brace-alone':
      return 'A brace stands alone. Write tokens as {name}.'
    case 'text-invalid':
      return `Names can't contain "${problem.text}". Leave it out.`
    case 'always-same':
      return 'Every file would get the same name. Add {name} or {seq}.'
  }
}
