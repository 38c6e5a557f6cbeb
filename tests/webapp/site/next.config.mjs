export default { devIndicators: false, poweredByHeader: false, serverExternalPackages: ["pg", "@aws-sdk/client-s3"] };
