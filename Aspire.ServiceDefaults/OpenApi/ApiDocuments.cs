using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace EmptyNumber.ServiceDefaults.OpenApi;

/// <summary>A service's OpenAPI document, with what is the same everywhere: tokens, errors, bodies that handlers read themselves.</summary>
internal static class ApiDocuments
{
    private const string TokenHeader = "token";
    private const string Authorization = "authorization";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(document =>
    {
        document.AddDocumentTransformer(AddSchemesAsync);
        document.AddOperationTransformer(AddSecurityAsync);
        document.AddOperationTransformer(DocumentedBody.AddAsync);
        document.AddOperationTransformer(DocumentedErrors.AddAsync);
    });

    private static Task AddSchemesAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent(TokenHeader, Header("token", "The token: 40 lower-case hex digits."));
        document.AddComponent(Authorization, Header("Authorization", "The word Token, a space, and the token."));
        return Task.CompletedTask;

        static OpenApiSecurityScheme Header(string name, string description) =>
            new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = name, Description = description };
    }

    private static Task AddSecurityAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAuthorizeData>().Any() || metadata.OfType<IAllowAnonymous>().Any())
            return Task.CompletedTask;
        operation.Security = [Needs(TokenHeader), Needs(Authorization)];
        if (metadata.OfType<ForbiddenIsUnauthorized>().Any())
            operation.Security.Add([]); // a trusted network needs none
        return Task.CompletedTask;

        OpenApiSecurityRequirement Needs(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] };
    }

    /// <summary>The roles of which a token must have one; empty where any token will do.</summary>
    public static IReadOnlyList<string> RolesOf(IEnumerable<object> metadata) =>
        [.. metadata.OfType<AuthorizationPolicy>().SelectMany(policy => policy.Requirements).OfType<RolesAuthorizationRequirement>()
            .SelectMany(requirement => requirement.AllowedRoles).Distinct()];
}
