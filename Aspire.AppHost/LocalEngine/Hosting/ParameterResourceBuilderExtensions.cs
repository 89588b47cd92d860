using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Values and existing servers in an application.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a value.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.Add(new ParameterResource(name, value));

    /// <summary>Adds an existing server, whose connection string is in the configuration.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.Add(new ConnectionStringResource(name, builder.Configuration));
}
