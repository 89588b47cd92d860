using Aspire.Hosting.ApplicationModel;
using EmptyNumber.AppHost.LocalEngine;

namespace Aspire.Hosting;

/// <summary>.NET projects in an application.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name, by which others find it.</param>
    /// <param name="projectPath">Its project file, relative to <see cref="IDistributedApplicationBuilder.AppHostDirectory"/>.</param>
    /// <param name="launchProfileName">Must be null: launch profiles are not read.</param>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName)
    {
        if (launchProfileName is not null)
            throw new LocalEngineException($"{name}: launch profiles are not read by the local engine.");
        return builder.Add(new ProjectResource(name, Path.GetFullPath(projectPath, builder.AppHostDirectory)));
    }

    /// <summary>Runs it several times, each with an endpoint of its own.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        builder.Plan().Replicas = replicas;
        return builder;
    }
}
