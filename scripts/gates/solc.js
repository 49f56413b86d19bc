// The npm build of solc (wasm) with the command line of the native one, as far as forge and slither use it.
//
//   node solc.js NODE_MODULES --version
//   node solc.js NODE_MODULES [--base-path DIR] [--include-path DIR]... [--allow-paths DIRS] --standard-json [FILE|-]
'use strict';
const fs = require('fs');
const path = require('path');

const [nodeModules, ...words] = process.argv.slice(2);
const options = { roots: [process.cwd()], mode: undefined, file: undefined };
for (let i = 0; i < words.length; i++) {
  const [name, joined] = words[i].startsWith('--') ? words[i].split(/=(.*)/s) : [words[i]];
  const value = () => (joined === undefined ? words[++i] : joined);
  if (name === '--version' || name === '--standard-json') options.mode = name;
  else if (name === '--base-path') options.roots[0] = path.resolve(value());
  else if (name === '--include-path' || name === '-I') options.roots.push(path.resolve(value()));
  else if (name === '--allow-paths') value(); // the wasm build reads no file by itself
  else if (options.mode === '--standard-json' && !name.startsWith('--')) options.file = name;
  else throw new Error(`solc.js: unknown option ${words[i]}`);
}

function read(name) {
  for (const root of options.roots) {
    const file = path.resolve(root, name.replace(/^file:\/\//, ''));
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, 'utf8') };
  }
  return { error: `File not found: ${name}` };
}

function withContents(input) {
  for (const source of Object.values(input.sources)) {
    if (source.content !== undefined || !source.urls) continue;
    const found = source.urls.map(read).find((each) => each.contents !== undefined);
    if (found) { source.content = found.contents; delete source.urls; }
  }
  return input;
}

function writeAll(text) { // a pipe takes less than all at once
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    try { done += fs.writeSync(1, bytes, done); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  }
}

// The wasm module adds an uncaughtException listener that aborts the process and hides our own errors.
const before = new Set(process.listeners('uncaughtException'));
const compiler = require(path.join(path.resolve(nodeModules), 'solc'));
for (const each of process.listeners('uncaughtException')) {
  if (!before.has(each)) process.removeListener('uncaughtException', each);
}

if (options.mode === '--version') {
  // forge wants a native build's name after the version.
  const version = compiler.version().replace('Emscripten.clang', 'Linux.g++');
  writeAll(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (options.mode === '--standard-json') {
  const text = fs.readFileSync(options.file === undefined || options.file === '-' ? 0 : options.file, 'utf8');
  writeAll(compiler.compile(JSON.stringify(withContents(JSON.parse(text))), { import: read }));
} else {
  throw new Error('solc.js: nothing to do');
}
