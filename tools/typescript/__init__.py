"""What a program in TypeScript needs here: its packages, and the SDK that the engine would write.

The language host of Node.js is no Go module that is served, so that the toolchain has none. It writes SDKs
by a package of the engine, which is compiled here into a program of its own.
"""
