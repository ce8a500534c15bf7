/** Sentences for screen readers alone, about what a person did and cannot hear otherwise. */
import { create } from 'zustand'

export const useSpoken = create<{ readonly words: string }>(() => ({ words: '' }))

export const say = (words: string) => useSpoken.setState({ words })
