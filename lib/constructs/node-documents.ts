import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { documentContent } from '../deployment/documents/content.ts';
import {
  documentIds,
  documents,
  runLoadDocument,
  type DocumentId,
} from '../deployment/documents/index.ts';
import type { NodeDocument } from '../deployment/documents/document.ts';

type AnyDocumentId = DocumentId | 'RunLoad';

/**
 * What can be run on the nodes.
 *
 * Resources deployed: one SSM Command document for each of `lib/deployment/documents/`, that for load nodes only
 * where there are some.
 *
 * Security considerations: the text of a document is fixed; what a caller gives is checked by SSM against a pattern and
 * reaches the script as a variable only.
 */
export class NodeDocuments extends Construct {
  readonly #documents: ReadonlyMap<AnyDocumentId, CfnDocument>;

  constructor(scope: Construct, id: string, { loadNodes }: Pick<Config, 'loadNodes'>) {
    super(scope, id);
    this.#documents = new Map([
      ...documentIds.map(
        (documentId) => [documentId, this.#document(documentId, documents[documentId])] as const,
      ),
      ...(loadNodes === 0
        ? []
        : [['RunLoad', this.#document('RunLoad', runLoadDocument)] as const]),
    ]);
  }

  #document(id: AnyDocumentId, document: NodeDocument): CfnDocument {
    return new CfnDocument(this, id, {
      documentType: 'Command',
      documentFormat: 'JSON',
      targetType: '/AWS::EC2::Instance',
      // "Replace" would give it a new name under the hands of those who call it.
      updateMethod: 'NewVersion',
      content: documentContent(document),
    });
  }

  /** The generated name of a document; that of `RunLoad` is there only where load nodes are. */
  nameOf(id: AnyDocumentId): string {
    const document = this.#documents.get(id);
    if (document === undefined) throw new Error(`there is no document ${id}`);
    return document.ref;
  }

  arnOf(id: AnyDocumentId): string {
    return Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'document',
      resourceName: this.nameOf(id),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
