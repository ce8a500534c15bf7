/** The groups that a drop has (photos, RAW files, videos and so on): a bar by size, and count and size of each. */
import { type FileGroup, fileGroups } from '../../../shared/file-kinds.ts'
import type { DropSurvey } from '../../../shared/survey.ts'
import { formatBytes, formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { groupIcons } from '../../ui/file-icon.ts'
import styles from './survey.module.css'

export function SurveyKinds({ survey: { groups, total } }: { readonly survey: DropSurvey }) {
  const t = useText()
  const present = fileGroups.filter((group) => groups[group].files > 0)
  if (present.length === 0) return null
  const share = (group: FileGroup) => (total.bytes === 0 ? 0 : groups[group].bytes / total.bytes)
  return (
    <div>
      <div className={styles.bar} aria-hidden="true">
        {present.map((group) => (
          <span key={group} data-group={group} style={{ flexGrow: share(group) }} />
        ))}
      </div>
      <dl className={styles.kinds}>
        {present.map((group) => {
          const Icon = groupIcons[group]
          return (
            <div key={group} className={styles.kind}>
              <dt>
                <Icon
                  size={16}
                  stroke={1.6}
                  className={styles.kindIcon}
                  data-group={group}
                  aria-hidden="true"
                />
                {t(`survey.groups.${group}`)}
              </dt>
              <dd>
                <strong>{formatCount(groups[group].files)}</strong>
                <span>{formatBytes(groups[group].bytes)}</span>
              </dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}
