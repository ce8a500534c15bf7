/** Builds the four parts into out/: main (with the terminal, the workers and the server), preload, renderer. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      target: 'node22',
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          cli: 'src/main/cli.ts',
          'hash-worker': 'src/main/hashing/hash-worker.ts',
          'lock-program': 'src/main/journal/lock-program.ts',
          'image-worker': 'src/main/images/convert/image-worker.ts',
          'thumbnail-worker': 'src/main/images/thumbnails/thumbnail-worker.ts',
          'heic-thread': 'src/main/images/heic/heic-thread.ts',
          'clip-thread': 'src/main/images/clips/clip-thread.ts',
          server: 'server/index.ts',
          'digest-worker': 'server/storage/disk/digest-worker.ts',
        },
        // One flat folder, so that `new URL('./server.js', import.meta.url)` holds in every chunk.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload script is CommonJS and can require nothing but electron: all else goes in.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      minify: true,
      rolldownOptions: {
        input: 'src/renderer/index.html',
        // Read from this machine either way: apart they only stay below the size that a build warns of.
        output: {
          codeSplitting: {
            groups: [
              { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
              { name: 'mantine', test: /node_modules[\\/]@(mantine|floating-ui)[\\/]/ },
            ],
          },
        },
      },
    },
  },
})
