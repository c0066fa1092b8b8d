# The operator's image: one file on a Node runtime, without a package manager at run time and as a user without rights.
# The second built file is for people's kubectl, which does not run in here.
# Build the program first (make build); then: docker build -t <registry>/securitybaseline/operator:<version> .
FROM node:24-bookworm-slim
COPY LICENSE dist/THIRD_PARTY_LICENSES /usr/local/share/doc/securitybaseline/
COPY --chmod=0555 dist/securitybaseline.mjs /usr/local/bin/securitybaseline
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/securitybaseline"]
