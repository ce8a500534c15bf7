/** The last sentence for screen readers alone: the result of an action that is otherwise only visible. */
import { create } from 'zustand'

export const useAnnouncement = create<{ readonly text: string }>(() => ({ text: '' }))

export const announce = (text: string) => useAnnouncement.setState({ text })
