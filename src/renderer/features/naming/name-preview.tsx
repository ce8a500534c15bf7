/** The first names as they would be, or what is wrong with the template. */
import { IconArrowRight } from '@tabler/icons-react'
import type { DestinationPreview, DestinationProblem } from '../../../shared/destination.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './naming.module.css'

export function NamePreview({ preview }: { readonly preview: DestinationPreview | null }) {
  const t = useText()
  if (preview === null) return <div className={styles.preview} />
  if (preview.problem !== null) {
    return (
      <div className={styles.preview} data-problem role="alert">
        {problemText(preview.problem, t)}
      </div>
    )
  }
  return (
    <section className={styles.preview} aria-label={t('naming.preview')} aria-live="polite">
      {preview.names.map(({ from, to }) => (
        <div key={from} className={styles.name}>
          <bdi className={styles.from}>{escapeControls(from)}</bdi>
          <IconArrowRight size={14} aria-hidden="true" />
          <bdi>{escapeControls(to)}</bdi>
        </div>
      ))}
    </section>
  )
}

function problemText(problem: DestinationProblem, t: Translate): string {
  switch (problem.kind) {
    case 'folder-invalid':
      return t('naming.problems.folder', { part: problem.part })
    case 'token-unknown':
      return t('naming.problems.token', { token: problem.token })
    case 'brace-alone':
      return t('naming.problems.brace')
    case 'text-invalid':
      return t('naming.problems.text', { text: problem.text })
    case 'always-same':
      return t('naming.problems.same')
  }
}
