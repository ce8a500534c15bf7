/** A field for an access token, hidden until it is to be seen. */
import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useText } from '../text/use-text.ts'

export function TokenInput(props: Omit<PasswordInputProps, 'autoComplete' | 'visibilityToggleButtonProps'>) {
  const t = useText()
  return (
    <PasswordInput
      {...props}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': t('servers.showToken') }}
    />
  )
}
