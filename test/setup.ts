/** Runs before every test file. */
import { registerEndOfFile } from './end-of-file.ts'

registerEndOfFile()
