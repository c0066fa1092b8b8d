# Judges where the images of a pod come from.
package securitybaselineregistries

import data.lib.securitybaseline as lib

violation contains {"msg": lib.unknown}

violation contains {"msg": msg} if {
	lib.is_judged("registries")
	msg := lib.refusal([problem | some problem in problems(input.review.object); not problem in before])
}

violation contains {"msg": lib.unjudged} if {
	lib.is_judged("registries")
	not problems(input.review.object)
}

default before := []

before := problems(input.review.oldObject) if lib.is_compared

problems(object_) := [problem |
	some [what, image] in images(lib.pod_of(object_))
	not is_allowed(whole(image))
	problem := sprintf("%s uses %s, which is not from %s", [what, image, lib.joined(lib.section.registries, " or ")])
]

# In pods `auto` is an image like others; in templates a tool fills it in later.
images(pod) := [[what, image] |
	some [what, image] in array.concat(of_containers(pod), of_volumes(pod))
	not is_filled_in_later(image)
]

of_containers(pod) := [[sprintf("container \"%s\"", [object.get(container, "name", "")]), object.get(container, "image", "")] |
	some container in array.concat(lib.containers_of(pod), lib.listed(pod, "ephemeralContainers"))
]

of_volumes(pod) := [[sprintf("volume \"%s\"", [object.get(volume, "name", "")]), object.get(volume.image, "reference", "")] |
	some volume in lib.listed(pod, "volumes")
	volume.image
]

is_filled_in_later("auto") if not lib.is_pod

# Whole parts of the path are compared.
is_allowed(name) if {
	some registry in lib.section.registries
	startswith(name, concat("", [registry, "/"]))
}

# The name as the container runtime completes it, without tag and digest, with "/" at its end.
whole(image) := in_library(in_docker_io(with_host(without_tag(without_digest(image)))))

without_digest(image) := split(image, "@")[0] if has_digest(image)

without_digest(image) := image if not has_digest(image)

has_digest(image) if regex.match(`^[^@]+@[a-z0-9]+([.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$`, image)

without_tag(image) := regex.replace(image, `:[^:/]*$`, "")

with_host(name) := name if has_host(name)

with_host(name) := concat("", ["docker.io/", name]) if not has_host(name)

has_host(name) if startswith(name, "localhost/")

has_host(name) if {
	contains(name, "/")
	regex.match(`[.:A-Z]`, split(name, "/")[0])
}

in_docker_io(name) := substring(name, 6, -1) if startswith(name, "index.docker.io/")

in_docker_io(name) := name if not startswith(name, "index.docker.io/")

in_library(name) := concat("", ["docker.io/library/", substring(name, 10, -1), "/"]) if regex.match(`^docker[.]io/[^/]*$`, name)

in_library(name) := concat("", [name, "/"]) if not regex.match(`^docker[.]io/[^/]*$`, name)
