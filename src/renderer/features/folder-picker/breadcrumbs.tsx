/** The path of the shown folder as buttons, one for each folder. */

import { UnstyledButton } from '@mantine/core'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useText } from '../../text/use-text.ts'
import styles from './folder-picker.module.css'
import { pathCrumbs } from './path-crumbs.ts'

interface BreadcrumbsProps {
  readonly path: string
  readonly onGo: (path: string) => void
}

export function Breadcrumbs({ path, onGo }: BreadcrumbsProps) {
  const t = useText()
  const crumbs = pathCrumbs(path)
  return (
    <nav aria-label={t('picker.breadcrumb')}>
      <ol className={styles.crumbs}>
        {crumbs.map((crumb, index) => (
          <li key={crumb.path}>
            <UnstyledButton
              className={styles.crumb}
              aria-current={index === crumbs.length - 1 ? 'location' : undefined}
              onClick={() => onGo(crumb.path)}
            >
              <bdi>{escapeControls(crumb.name)}</bdi>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </nav>
  )
}
