// The npm build of solc (wasm) behind the two options of the native command line that py-solc-x uses.
//
//   node solc.js NODE_MODULES --version
//   node solc.js NODE_MODULES --standard-json [--base-path DIR] [--allow-paths DIRS]   < input > output
//
// npm's own `solcjs --standard-json` prints a line before the JSON, so it cannot stand in for the native one.
'use strict';
const fs = require('fs');
const path = require('path');

function parseArguments(words) {
  const [nodeModules, ...rest] = words;
  const parsed = { nodeModules, basePath: process.cwd(), mode: undefined };
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === '--version' || rest[i] === '--standard-json') parsed.mode = rest[i];
    else if (rest[i] === '--base-path') parsed.basePath = rest[++i];
    else if (rest[i] === '--allow-paths') i++; // the only files read are those below the base path
    else throw new Error(`solc.js: unknown option ${rest[i]}`);
  }
  return parsed;
}

function loadCompiler(nodeModules) {
  // The wasm module adds an uncaughtException listener that aborts the process and hides our own errors.
  const before = new Set(process.listeners('uncaughtException'));
  const compiler = require(path.join(path.resolve(nodeModules), 'solc'));
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.has(listener)) process.removeListener('uncaughtException', listener);
  }
  return compiler;
}

function importFrom(basePath) {
  const root = path.resolve(basePath) + path.sep;
  return (name) => {
    const file = path.resolve(root, name);
    if (!file.startsWith(root) || !fs.existsSync(file)) return { error: `File not found: ${name}` };
    return { contents: fs.readFileSync(file, 'utf8') };
  };
}

const { nodeModules, basePath, mode } = parseArguments(process.argv.slice(2));
const compiler = loadCompiler(nodeModules);
if (mode === '--version') {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${compiler.version()}\n`);
} else if (mode === '--standard-json') {
  process.stdout.write(compiler.compile(fs.readFileSync(0, 'utf8'), { import: importFrom(basePath) }));
} else {
  throw new Error('solc.js: nothing to do');
}
