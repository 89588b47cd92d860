using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using EmptyNumber.AppHost.LocalEngine;
using EmptyNumber.AppHost.LocalEngine.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Longer than the slowest orderly stop: services first, then the servers that they use.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(90);

    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(string[] args)
    {
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppHostDirectory });
        _host.Logging.ClearProviders();
        _host.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownLimit);
        _host.Services.Configure<EngineOptions>(_host.Configuration.GetSection(EngineOptions.Section));
        _host.Services.AddSingleton<IReadOnlyCollection<Resource>>(Resources);
        _host.Services.AddHostedService<Engine>();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public string AppHostDirectory { get; } = typeof(DistributedApplication).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == nameof(AppHostDirectory)).Value!;

    public IServiceCollection Services => _host.Services;

    private List<Resource> Resources { get; } = [];

    public DistributedApplication Build() => new(_host.Build());

    public IResourceBuilder<T> Add<T>(T resource)
        where T : Resource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new LocalEngineException($"There are two resources named {resource.Name}.");
        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }
}

internal static class DistributedApplicationBuilders
{
    public static IResourceBuilder<T> Add<T>(this IDistributedApplicationBuilder builder, T resource)
        where T : Resource => ((DistributedApplicationBuilder)builder).Add(resource);
}
