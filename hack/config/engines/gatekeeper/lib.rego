# Reads the baseline of a namespace and the pods that are judged by it, for the templates of Gatekeeper.
package lib.securitybaseline

# Brought by the SyncSet of this component. The constraints look at no namespace without a mark, and the operator marks none without a baseline.
baselines := [baseline | some baseline in data.inventory.namespace[input.review.namespace]["securitybaseline.dev/v1alpha1"].SecurityBaseline]

section := object.get(baselines[0], ["spec", "admission"], {})

is_enforced if object.get(section, "mode", object.get(baselines[0], ["spec", "mode"], "Enforce")) == "Enforce"

is_pod if input.review.kind.kind == "Pod"

is_update if input.review.operation == "UPDATE"

# The pod, or the template of a workload.
pod_of(object_) := object_ if is_pod

pod_of(object_) := object_.spec.jobTemplate.spec.template if input.review.kind.kind == "CronJob"

pod_of(object_) := object.get(object_, ["spec", "template"], object_) if {
	not is_pod
	input.review.kind.kind != "CronJob"
}

containers_of(pod) := array.concat(listed(pod, "initContainers"), listed(pod, "containers"))

listed(pod, field) := object.get(pod, ["spec", field], [])

# The pods of these are judged, and what made them is, too.
is_made_by_a_controller if {
	input.review.kind.kind in {"ReplicaSet", "Job"}
	some owner in input.review.object.metadata.ownerReferences
	owner.controller
}

# What was there before can be scaled, labelled, suspended and deleted.
is_unchanged if {
	is_update
	is_pod
	every field in [["spec"], ["metadata", "labels"]] {
		object.get(input.review.object, field, {}) == object.get(input.review.oldObject, field, {})
	}
}

is_unchanged if {
	is_update
	not is_pod
	pod_of(input.review.object) == pod_of(input.review.oldObject)
}

is_left_to_its_pods if {
	not is_pod
	object.get(section, "workloads", "Deny") == "Warn"
}

# An exemption counts for what was made before its end.
is_exempt(check) if {
	some exemption in section.exemptions
	check in exemption.checks
	labels := object.get(pod_of(input.review.object), ["metadata", "labels"], {})
	every key, value in exemption.matchLabels { labels[key] == value }
	is_before(input.review.object.metadata.creationTimestamp, exemption.expires)
}

is_before(one, other) if time.parse_rfc3339_ns(one) < time.parse_rfc3339_ns(other)

# Rego counts nanoseconds, which end in 2262.
is_before(one, other) if {
	time.parse_rfc3339_ns(one)
	to_number(substring(other, 0, 4)) > 2261
}

is_judged(check) if {
	is_enforced
	check in object.keys(section)
	not is_made_by_a_controller
	not is_unchanged
	not is_left_to_its_pods
	not is_exempt(check)
}

# What counts of a problem that was there before: an update of a pod is refused for what it makes worse.
is_compared if {
	is_update
	is_pod
}

refusal(problems) := sprintf("the SecurityBaseline of %s refuses it: %s", [input.review.namespace, told(problems)]) if count(problems) > 0

# Without a baseline nothing can be judged, so only what changes nothing passes, such as the removal of a finalizer.
unknown := sprintf("Gatekeeper does not know the SecurityBaseline of %s: see that SyncSet securitybaseline is there", [input.review.namespace]) if {
	count(baselines) == 0
	not is_made_by_a_controller
	not is_unchanged
}

unjudged := sprintf("Gatekeeper cannot judge it by the SecurityBaseline of %s, and refuses it for that", [input.review.namespace])

told(problems) := concat("; ", [cut(problem) | some problem in problems]) if count(problems) <= 8

told(problems) := concat("; ", array.concat(
	[cut(problem) | some problem in array.slice(problems, 0, 3)],
	[sprintf("and %d more", [count(problems) - 3])],
)) if {
	count(problems) > 8
}

cut(problem) := line if {
	line := in_one_line(problem)
	count(line) <= 550
}

cut(problem) := concat("", [substring(line, 0, 550), "..."]) if {
	line := in_one_line(problem)
	count(line) > 550
}

in_one_line(problem) := replace(replace(problem, "\n", " "), "\r", " ")

# The strings of a list with a word between them, at most four.
joined(list, word) := concat(word, list) if count(list) <= 4

joined(list, word) := sprintf("%s and %d more", [concat(word, array.slice(list, 0, 3)), count(list) - 3]) if count(list) > 4
