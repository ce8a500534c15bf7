/** The folders above the one that the picker shows, each a button. */
import { UnstyledButton } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import styles from './folder-picker.module.css'
import { crumbsOf } from './path-crumbs.ts'

interface CrumbsProps {
  readonly path: string
  readonly onGo: (path: string) => void
}

export function Crumbs({ path, onGo }: CrumbsProps) {
  const t = useText()
  const crumbs = crumbsOf(path)
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
              <bdi>{crumb.name}</bdi>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </nav>
  )
}
