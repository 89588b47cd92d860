using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Describes a distributed application.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Settings of the launcher: arguments, environment.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>The environment's name, Development or Production.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>The folder that project paths are relative to.</summary>
    string AppHostDirectory { get; }

    /// <summary>Services of the launcher itself.</summary>
    IServiceCollection Services { get; }

    /// <summary>Ends the description.</summary>
    DistributedApplication Build();
}
