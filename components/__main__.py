"""What the engine starts when a program in another language uses the component."""

from scaling_group.component.provider import serve

#: A test holds that it is the version of the package.
VERSION = "0.1.0"

if __name__ == "__main__":
    serve(VERSION)
