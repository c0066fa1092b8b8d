# Judges the resources that containers state.
package securitybaselineresources

import data.lib.securitybaseline as lib

violation contains {"msg": lib.unknown}

violation contains {"msg": msg} if {
	lib.is_judged("resources")
	msg := lib.refusal([problem | some problem in problems(input.review.object); not problem in before])
}

violation contains {"msg": lib.unjudged} if {
	lib.is_judged("resources")
	not problems(input.review.object)
}

default before := []

before := problems(input.review.oldObject) if lib.is_compared

problems(object_) := array.concat(
	array.concat(unstated(pod, "requests", {"requests", "limits"}), unstated(pod, "limits", {"limits"})),
	exceeding(pod),
) if {
	pod := lib.pod_of(object_)
}

asked(field, otherwise) := object.get(lib.section.resources, field, otherwise)

# A request that is absent is as high as the limit: the API server fills it in.
unstated(pod, field, counted) := [problem |
	some container in lib.containers_of(pod)
	missing := [resource | some resource in asked(field, []); not is_stated(pod, container, counted, resource)]
	count(missing) > 0
	problem := sprintf("container \"%s\" states no resources.%s for %s", [object.get(container, "name", ""), field, lib.joined(missing, ", ")])
]

is_stated(pod, container, counted, resource) if {
	some field in counted
	stated(pod, container, field, resource) != null
}

# What a container states, or its whole pod for it; null is nothing.
stated(pod, container, field, resource) := object.get(
	container,
	["resources", field, resource],
	object.get(pod, ["spec", "resources", field, resource], null),
)

# A container that lacks a limit which must be there is told of that alone.
exceeding(pod) := [problem |
	some resource in ["cpu", "memory", "ephemeral-storage"]
	highest := asked("maximum", {})[resource]
	some container in lib.containers_of(pod)
	may_use_more(stated(pod, container, "limits", resource), resource, highest)
	problem := sprintf(
		"container \"%s\" may use more than %s of %s: set resources.limits to that or less",
		[object.get(container, "name", ""), highest, resource],
	)
]

may_use_more(null, resource, _) if not resource in asked("limits", [])

# An amount that cannot be read is too much.
may_use_more(limit, _, highest) if {
	limit != null
	not is_at_most(limit, highest)
}

is_at_most(limit, highest) if amount(limit) <= amount(highest)

amount(text) := to_number(text) if not regex.match(`[A-Za-z]$`, text)

amount(text) := to_number(substring(text, 0, count(text) - count(suffix))) * factors[suffix] if {
	suffix := regex.find_n(`[A-Za-z]+$`, text, 1)[0]
}

factors := {
	"n": 0.000000001,
	"u": 0.000001,
	"m": 0.001,
	"k": 1000,
	"M": 1000000,
	"G": 1000000000,
	"T": 1000000000000,
	"P": 1000000000000000,
	"E": 1000000000000000000,
	"Ki": 1024,
	"Mi": 1048576,
	"Gi": 1073741824,
	"Ti": 1099511627776,
	"Pi": 1125899906842624,
	"Ei": 1152921504606846976,
}
