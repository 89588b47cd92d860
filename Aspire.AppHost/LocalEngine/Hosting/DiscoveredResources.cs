using Aspire.Hosting.ApplicationModel;
using EmptyNumber.AppHost.LocalEngine;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Is found by its name: <c>services:name:http:0</c> in the configuration of whoever refers to it.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>An existing server, named in the configuration.</summary>
public sealed class ConnectionStringResource : Resource, IResourceWithConnectionString
{
    private readonly IConfiguration _configuration;

    internal ConnectionStringResource(string name, IConfiguration configuration)
        : base(name) => _configuration = configuration;

    string IResourceWithConnectionString.ConnectionString => _configuration.GetConnectionString(Name)
        ?? throw new LocalEngineException($"The connection string {Name} is missing: set ConnectionStrings__{Name}.");
}
