/** The review of a drop before it is uploaded: contents, preset, findings; the user starts or cancels it. */
import { Button, Loader, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { presetChoices } from '../../../shared/presets.ts'
import { presetOf } from '../../../shared/settings.ts'
import { estimatedBytes, type SizeEstimate } from '../../../shared/size-estimate.ts'
import { type DropSurvey, outcomeUnder } from '../../../shared/survey.ts'
import { showFailure } from '../../store/alert-store.ts'
import { useApp } from '../../store/app-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { formatBytes } from '../../text/format.ts'
import { presetName } from '../../text/preset-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { useDestination } from '../destination/use-destination.ts'
import styles from './survey.module.css'
import { SurveyFindings } from './survey-findings.tsx'
import { SurveyKinds } from './survey-kinds.tsx'
import { type PendingDrop, usePendingDrops } from './survey-store.ts'

export function SurveyDialog() {
  const t = useText()
  const first = usePendingDrops(({ pending }) => pending[0])
  // While the dialog fades out, it still shows the drop that was answered.
  const [shown, setShown] = useState(first)
  if (first !== undefined && first !== shown) setShown(first)
  return (
    <DialogFrame
      opened={first !== undefined}
      onClose={() => first?.cancel()}
      closesOnClickOutside={false}
      title={t('survey.title', { name: batchName(shown?.survey.name ?? '') })}
    >
      {shown !== undefined && <Summary key={shown.id} drop={shown} />}
    </DialogFrame>
  )
}

function Summary({ drop }: { readonly drop: PendingDrop }) {
  const t = useText()
  const settings = useApp((app) => app.settings)
  const [presetId, setPresetId] = useState(settings.preset)
  const [starting, setStarting] = useState(false)
  const { survey } = drop
  const { place } = useDestination()
  const preset = presetOf(settings, presetId) ?? null
  const outcome = outcomeUnder(survey, preset)
  const start = async () => {
    setStarting(true)
    // The preset from the settings may come with a quality of its own, so it is not named.
    await drop.confirm(presetId === settings.preset ? undefined : presetId).catch(showFailure)
    setStarting(false)
  }
  return (
    <div className={styles.summary}>
      <Progress survey={survey} />
      <SurveyKinds survey={survey} />
      <p className={styles.place}>
        <span>{t('survey.to')}</span>
        <bdi>{place}</bdi>
      </p>
      <div className={styles.preset}>
        <NativeSelect
          label={t('survey.preset')}
          value={presetId}
          onChange={(event) => setPresetId(event.currentTarget.value)}
          data={presetChoices(settings.ownPresets).map((choice) => ({
            value: choice.id,
            label: presetName(choice, t),
          }))}
        />
        <p className={styles.outcome}>
          {outcome.converted.files === 0
            ? t('survey.unchanged')
            : [
                t('survey.converted', {
                  count: outcome.converted.files,
                  size: formatBytes(outcome.converted.bytes),
                }),
                t('survey.originalsStay'),
                estimateText(estimatedBytes(survey, preset), t),
              ].join(t('row.sentenceGap'))}
        </p>
      </div>
      <SurveyFindings survey={survey} overLimit={outcome.overLimit} />
      <div className={styles.buttons}>
        <Button variant="default" onClick={drop.cancel}>
          {t('survey.cancel')}
        </Button>
        <Button
          data-autofocus
          loading={starting}
          disabled={survey.phase !== 'reading' && isNothing(survey)}
          onClick={() => void start()}
        >
          {survey.phase === 'reading'
            ? t('survey.startUnknown')
            : t('survey.start', { count: survey.total.files })}
        </Button>
      </div>
    </div>
  )
}

function estimateText({ least, most }: SizeEstimate, t: Translate): string {
  return t('survey.estimate', { least: formatBytes(least), most: formatBytes(most) })
}

/** Shows and announces how far the survey is. Its space stays reserved, so that nothing jumps when it is ready. */
function Progress({ survey: { phase, total } }: { readonly survey: DropSurvey }) {
  const t = useText()
  return (
    <div className={styles.total}>
      <span className={styles.amount}>
        <strong>{t('survey.total', { count: total.files })}</strong>
        <span>{formatBytes(total.bytes)}</span>
      </span>
      {/* A number that counts up would be read aloud again and again. */}
      <span className="pf-sr-only" role="status">
        {phase === 'ready' ? t('survey.total', { count: total.files }) : t('survey.scanning')}
      </span>
      <span className={styles.phase}>
        {phase !== 'ready' && <Loader size={14} aria-hidden="true" />}
        {phase === 'reading' && t('survey.reading', { count: total.files })}
        {phase === 'comparing' && t('survey.comparing')}
        {phase === 'ready' && total.files === 0 && t('survey.nothing')}
      </span>
    </div>
  )
}

/** Unreadable and skipped files are worth adding: they then appear in the list with the reason. */
const isNothing = ({ total, unreadable, skipped }: DropSurvey) =>
  total.files === 0 && unreadable.files === 0 && skipped.length === 0
