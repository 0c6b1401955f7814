import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const COMPRESSED = new Set(['.html', '.js', '.css', '.svg'])

/** Leaves each file in brotli and gzip beside itself: a function has better things to do at run time. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && COMPRESSED.has(extname(entry.name))) compress(join(entry.parentPath, entry.name))
      }
    },
  }
}

function compress(file: string): void {
  const content = readFileSync(file)
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }
  writeFileSync(`${file}.br`, brotliCompressSync(content, best))
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
}

export default defineConfig({
  // Relative, for the page stands below the stage of an API, whatever it is called.
  base: './',
  plugins: [react(), compressed()],
  build: { target: 'es2022', manifest: 'manifest.json', emptyOutDir: true, chunkSizeWarningLimit: 1500 },
  server: {
    proxy: process.env['HUB_URL']
      ? { '^/(v1|config.json|openapi.json)': { target: process.env['HUB_URL'], changeOrigin: false } }
      : {},
  },
})
