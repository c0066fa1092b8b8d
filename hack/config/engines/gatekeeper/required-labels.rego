# Judges the labels of a pod, or of the template of a workload.
package securitybaselinerequiredlabels

import data.lib.securitybaseline as lib

violation contains {"msg": lib.unknown}

violation contains {"msg": msg} if {
	lib.is_judged("requiredLabels")
	msg := lib.refusal([problem | some problem in problems(input.review.object); not problem in before])
}

violation contains {"msg": lib.unjudged} if {
	lib.is_judged("requiredLabels")
	not problems(input.review.object)
}

default before := []

before := problems(input.review.oldObject) if lib.is_compared

problems(object_) := [problem |
	labels := object.get(lib.pod_of(object_), ["metadata", "labels"], {})
	some label in lib.section.requiredLabels
	not is_met(label, labels)
	problem := concat("", ["the label ", label.key, wanted(label), place])
]

is_met(label, labels) if {
	labels[label.key]
	not label.values
}

is_met(label, labels) if labels[label.key] in label.values

wanted(label) := concat("", [" must be one of ", lib.joined(label.values, ", ")])

wanted(label) := " is missing" if not label.values

place := "" if lib.is_pod

place := " in the labels of its pod template" if not lib.is_pod
