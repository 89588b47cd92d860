using EmptyNumber.TestSupport;

namespace EmptyNumber.ServiceDefaults.Tests;

[CollectionDefinition("servers")]
public sealed class SharedServers : ICollectionFixture<DefaultsServers>;

/// <summary>All servers.</summary>
public sealed class DefaultsServers() : Servers(Needs.All | Needs.S3);
