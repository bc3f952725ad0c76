"""The states of a simulated container: lines of its status, as Go templates.

The variables are those of stages.py: `$old` is the status before, `$restarts` its restart count.
"""

from __future__ import annotations

CREATING = """
  imageID: ""
  lastState: {}
  state:
    waiting:
      reason: ContainerCreating
"""

RUNNING = """
  imageID: {{ printf "sha256:%s" (sha256sum $image) | Quote }}
  containerID: {{ printf "containerd://%s" (sha256sum (printf "%s/0" $pod)) | Quote }}
  lastState: {}
  state:
    running:
      startedAt: {{ $now | Quote }}
"""

RESTARTED = """
  imageID: {{ $old.imageID | Quote }}
  containerID: {{ printf "containerd://%s" (sha256sum (printf "%s/%d" $pod (add1 $restarts))) }}
  lastState: {{ if $old.state.terminated }}{{ toJson $old.state }}{{ else }}\
{{ toJson $old.lastState }}{{ end }}
  state:
    running:
      startedAt: {{ $now | Quote }}
"""

STILL_RUNNING = """
  imageID: {{ $old.imageID | Quote }}
  containerID: {{ $old.containerID | Quote }}
  lastState: {}
  state: {{ toJson $old.state }}
"""

TERMINATED = """
  imageID: {{ $old.imageID | Quote }}
  containerID: {{ $old.containerID | Quote }}
  lastState: {{ toJson (or $old.lastState dict) }}
  state:
    terminated:
      containerID: {{ $old.containerID | Quote }}
      {{ if regexMatch "(^|/)simulate/oom:" $image }}
      exitCode: 137
      reason: OOMKilled
      {{ else }}
      exitCode: 3
      reason: Error
      {{ end }}
      startedAt: {{ $old.state.running.startedAt | Quote }}
      finishedAt: {{ $now | Quote }}
"""

#: The wait doubles from 10 s to at most 300 s; here the words of it, below the wait itself.
CRASH_BACKOFF = """
  {{ $wait := index (list "10s" "20s" "40s" "1m20s" "2m40s" "5m0s") (min 5 (sub $restarts 1)) }}
  imageID: {{ $old.imageID | Quote }}
  containerID: {{ $old.containerID | Quote }}
  lastState: {{ toJson $old.state }}
  state:
    waiting:
      reason: CrashLoopBackOff
      message: {{ printf "back-off %s restarting failed container=%s pod=%s" $wait $main.name $pod \
| Quote }}
"""

#: The cause in the words of containerd 1.6, for a registry whose name does not exist.
PULL_ERROR = (
    '(printf "failed to pull and unpack image \\"%s\\": failed to resolve reference \\"%s\\": '
    'failed to do request: Head \\"https://registry.invalid/v2/simulate/image-pull-backoff/'
    'manifests/%s\\": dial tcp: lookup registry.invalid on 127.0.0.1:53: no such host" '
    '$image $image (regexFind "[^:]+$" $image))'
)
PULL_BACKOFF = '(printf "Back-off pulling image \\"%s\\"" $image)'

ERR_IMAGE_PULL = f"""
  imageID: ""
  lastState: {{}}
  state:
    waiting:
      reason: ErrImagePull
      message: {{{{ {PULL_ERROR} | Quote }}}}
"""

IMAGE_PULL_BACKOFF = f"""
  imageID: ""
  lastState: {{}}
  state:
    waiting:
      reason: ImagePullBackOff
      message: {{{{ printf "%s: ErrImagePull: %s" {PULL_BACKOFF} {PULL_ERROR} | Quote }}}}
"""
